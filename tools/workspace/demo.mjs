import { runUnderNode24 } from "./node-24.mjs";

await runUnderNode24("./src/demo/main.ts");
