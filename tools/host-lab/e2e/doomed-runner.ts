/** Starts a Gateway, tells where, and waits to be killed: what a crashing test run looks like. */
import { startGateway } from "../src/index.ts";

const lab = await startGateway();
process.stdout.write(`${JSON.stringify({ pid: lab.pid, port: lab.port, root: lab.folder.root })}\n`);
