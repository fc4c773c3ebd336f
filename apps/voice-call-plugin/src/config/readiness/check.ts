/** One thing that was looked at. */
export interface ReadinessCheck {
  /** Stable and machine-readable. */
  readonly id: string;
  readonly ok: boolean;
  /** What it means when it is not ok: an `error` keeps the telephone from working, a `warning` does not. */
  readonly level: "error" | "warning" | "info";
  readonly message: string;
  /** What to do. */
  readonly remedy?: string;
  /** Keys to fill in, below the plugin's configuration. */
  readonly missing?: readonly string[];
}

export function passed(id: string, message: string): ReadinessCheck {
  return { id, ok: true, level: "info", message };
}

export function failed(id: string, message: string, remedy: string, missing?: readonly string[]): ReadinessCheck {
  return { id, ok: false, level: "error", message, remedy, ...(missing && { missing }) };
}

export function doubtful(id: string, message: string, remedy: string): ReadinessCheck {
  return { id, ok: false, level: "warning", message, remedy };
}
