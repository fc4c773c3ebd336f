/** What the agent may ask of `voice_call`, as JSON Schema. Flat, because models follow flat schemas best. */
export const TOOL_PARAMETERS = {
  type: "object",
  additionalProperties: false,
  required: ["action"],
  properties: {
    action: {
      type: "string",
      enum: ["initiate_call", "continue_call", "speak_to_user", "send_dtmf", "transfer_call", "end_call", "get_status"],
      description:
        "initiate_call places a call; continue_call says something and waits for the answer; speak_to_user says something " +
        "without waiting; send_dtmf presses keys; transfer_call hands the call to another number and ends your part in it; " +
        "end_call hangs up after what is being said; get_status tells how a call stands and what was said.",
    },
    callId: { type: "string", description: "Which call: the callId that initiate_call gave. Every action but initiate_call needs it." },
    to: {
      type: "string",
      description: "Number in E.164 such as +15550100: whom to call (default: the configured number), or who takes the call over in transfer_call.",
    },
    message: { type: "string", description: "What to say. For initiate_call, continue_call and speak_to_user." },
    mode: {
      type: "string",
      enum: ["notify", "conversation"],
      description: "notify says the message and hangs up; conversation stays on the line.",
    },
    dtmfSequence: { type: "string", description: "Keys to press once the call is answered; w pauses half a second. Only in a conversation." },
    digits: { type: "string", description: "Keys for send_dtmf: 0-9, A-D, * and #; w pauses half a second." },
  },
} as const;
