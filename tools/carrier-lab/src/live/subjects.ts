import { capabilitiesIn, readSubjects } from "../carriers.ts";

/** Every carrier that can bring the audio of its calls. */
export async function readLiveSubjects(): ReturnType<typeof readSubjects> {
  return (await readSubjects()).filter(([, subject]) => capabilitiesIn(subject).audioModes.includes("streaming"));
}

/** Those that connect to the telephone's media door; the others hand the audio over inside the process. */
export async function readSocketSubjects(): ReturnType<typeof readSubjects> {
  return (await readLiveSubjects()).filter(([, subject]) => capabilitiesIn(subject).media?.transport === "socket");
}
