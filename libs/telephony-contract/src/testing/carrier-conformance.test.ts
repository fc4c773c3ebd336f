import { describe, it } from "vitest";
import { carrierConformance } from "./carrier-conformance.ts";
import { fixture } from "./fixtures/subjects.ts";

for (const flow of ["pull", "push", "emit"] as const) carrierConformance({ ...fixture(flow), runner: { describe, it } });
