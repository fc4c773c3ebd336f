export type { ClientWebSocket, KeepAlive, SocketProtocol, SocketTarget, SocketWire, WebSocketClass } from "./protocol.ts";
export type { SocketLimits } from "./recovery.ts";
export type { ResilientSocketOptions, SocketState } from "./options.ts";
export { ResilientSocket } from "./resilient-socket.ts";
export { socketTranscriber, type Report, type SocketTranscriberOptions } from "./socket-transcriber.ts";
export { ItemIds } from "./item-ids.ts";
export { silence } from "./silence.ts";
