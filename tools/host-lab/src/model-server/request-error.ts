/** A request the model server refuses, in the terms of the OpenAI error object. */
export class ModelRequestError extends Error {
  override readonly name = "ModelRequestError";
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
  /** Path of the offending parameter, e.g. `messages[2].role`. */
  readonly param: string | null;

  constructor(status: number, message: string, details: { type?: string; code?: string; param?: string } = {}) {
    super(message);
    this.status = status;
    this.type = details.type ?? "invalid_request_error";
    this.code = details.code ?? null;
    this.param = details.param ?? null;
  }

  /** The body that goes on the wire. */
  toBody(): { error: { message: string; type: string; param: string | null; code: string | null } } {
    return { error: { message: this.message, type: this.type, param: this.param, code: this.code } };
  }
}

/** A 400 that names the parameter. */
export function invalid(param: string, message: string): ModelRequestError {
  return new ModelRequestError(400, `Invalid value for '${param}': ${message}`, { param, code: "invalid_value" });
}
