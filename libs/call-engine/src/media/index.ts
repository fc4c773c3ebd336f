export { MediaServer, type MediaAdmission, type MediaRefusal, type MediaSizes } from "./media-server.ts";
export type { UpgradeRequest } from "./socket.ts";
export { attachWebSockets, isWebSocketUpgrade, type WebSocketDoor } from "./ws-server.ts";
