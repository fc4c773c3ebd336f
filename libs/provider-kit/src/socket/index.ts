export type { ClientWebSocket, KeepAlive, SocketProtocol, SocketTarget, SocketWire, WebSocketClass } from "./protocol.ts";
export { ResilientSocket, type ResilientSocketOptions, type SocketLimits, type SocketState } from "./resilient-socket.ts";
export { socketTranscriber, type Report, type SocketTranscriberOptions } from "./socket-transcriber.ts";
export { ItemIds } from "./item-ids.ts";
export { silence } from "./silence.ts";
