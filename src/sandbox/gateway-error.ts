/**
 * The gateway's refusals: its codes, the HTTP status of each, and its body
 * `{code, message, additional_error_details?}` (error tables of the API reference).
 */
const statusOf = {
  INVALID_REQUEST: 400,
  UNAUTHORIZED: 401,
  NOT_FOUND: 404,
  ORDER_NOT_FOUND: 404,
  PAYMENT_LINK_NOT_FOUND: 404,
  SETTLEMENT_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  DUPLICATE_REQUEST: 422,
  AMOUNT_LIMIT_EXCEEDED: 422,
  OPERATION_NOT_ALLOWED: 422,
  PAYMENT_METHOD_NOT_ENABLED: 422,
  PAYMENT_DECLINED: 422,
  INTERNAL_ERROR: 500,
} as const;
export type GatewayCode = keyof typeof statusOf;

/** Thrown by the rules of the books, turned into an answer at the door. */
export class GatewayError extends Error {
  override readonly name = "GatewayError";
  readonly status: number;

  constructor(
    readonly code: GatewayCode,
    message: string,
    readonly reason?: string,
  ) {
    super(message);
    this.status = statusOf[code];
  }

  /** The body on the wire. */
  toBody(): Record<string, unknown> {
    const details = { source: "GATEWAY", step: "VALIDATION", reason: this.reason };
    return {
      code: this.code,
      message: this.message,
      ...(this.reason ? { additional_error_details: details } : {}),
    };
  }
}
