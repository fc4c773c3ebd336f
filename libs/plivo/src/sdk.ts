/**
 * The part of Plivo's SDK that makes requests of calls; the rest, and how it sends, is left where it is. A module of its own,
 * so that it is loaded at first use and only then.
 */
export { CallInterface } from "plivo/dist/resources/call.js";
