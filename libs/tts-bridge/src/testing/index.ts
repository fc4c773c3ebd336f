export { FakeHost, type FakeHostOptions, type FakeProvider } from "./fake-host.ts";
export { STREAMING, WHOLE, fakeHost, subjects } from "./subjects.ts";
