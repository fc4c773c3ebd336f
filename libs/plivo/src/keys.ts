/** Keys that Plivo presses: there is no A to D. `w` pauses 500 ms, `W` one second. */
export const NATIVE_KEYS = /^[0-9*#wW]*$/;
