/** A refusal as Telnyx words it. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail?: string;
}

/** Refusals that do not depend on a parameter. */
export const REFUSALS = {
  unauthenticated: { status: 401, code: "10009", title: "Authentication failed", detail: "No key found matching the ID or key provided." },
  notFound: { status: 404, code: "10005", title: "Resource not found", detail: "The requested resource or URL could not be found." },
  tooMany: { status: 429, code: "10011", title: "Too many requests", detail: "You have exceeded the maximum number of allowed requests." },
  faulty: { status: 500, code: "10007", title: "Unexpected error", detail: "An unexpected error occurred." },
  unavailable: { status: 503, code: "10037", title: "Service unavailable" },
  noJson: { status: 400, code: "10015", title: "Bad Request", detail: "The request body is not a JSON object." },
  invalidId: { status: 422, code: "90015", title: "Invalid Call Control ID" },
  ended: { status: 422, code: "90018", title: "Call has already ended", detail: "This call is no longer active and can't receive commands." },
  unanswered: { status: 422, code: "90034", title: "Call not answered yet" },
  outbound: { status: 422, code: "90102", title: "Answer is only possible for incoming calls" },
  transcribing: { status: 422, code: "90054", title: "Transcription is already in progress" },
  streaming: { status: 422, code: "90045", title: "Command not allowed while media streaming is in use" },
  streamless: { status: 422, code: "90046", title: "Media streaming failed to start", detail: "This fake was given no way to connect media." },
  notStreaming: { status: 422, code: "90048", title: "Media streaming is not in use" },
  channels: { status: 403, code: "90041", title: "User channel limit exceeded" },
} as const satisfies Record<string, Refusal>;

/** A refusal over HTTP. Too many requests come with the seconds until more are taken. */
export function refuse({ status, code, title, detail }: Refusal): Response {
  const error = { code, title, ...(detail !== undefined && { detail }), source: { pointer: "/" } };
  const headers = status === 429 ? { "x-ratelimit-limit": "50", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1" } : {};
  return Response.json({ errors: [error] }, { status, headers });
}
