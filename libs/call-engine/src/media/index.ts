export type { MediaCloseReason } from "./close-reason.ts";
export {
  MediaServer,
  type MediaAdmission,
  type MediaCall,
  type MediaRefusal,
  type MediaServerOptions,
  type MediaSizes,
} from "./media-server.ts";
export type { MediaLimits } from "./slots.ts";
export type { MediaSocket, MediaSocketListener, UpgradeRequest } from "./socket.ts";
export { attachWebSockets, isWebSocketUpgrade, type WebSocketDoor, type WebSocketDoorOptions } from "./ws-server.ts";
