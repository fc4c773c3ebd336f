import { transcriberConformance } from "@openclaw/telephony-contract/testing";
import { describe, it } from "vitest";
import { subjects } from "./testing/index.ts";

for (const subject of subjects) transcriberConformance({ runner: { describe, it }, ...subject });
