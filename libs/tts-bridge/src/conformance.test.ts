import { speechConformance } from "@openclaw/telephony-contract/testing";
import { describe, it } from "vitest";
import { subjects } from "./testing/index.ts";

for (const subject of subjects) speechConformance({ runner: { describe, it }, ...subject });
