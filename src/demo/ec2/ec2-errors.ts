import { escapeText } from "./xml-element.ts";

/** A request that EC2 refuses, in its words. */
export class Ec2Refusal extends Error {
  override readonly name = "Ec2Refusal";
  /** HTTP status. */
  readonly status: number;
  /** EC2's own: `InvalidParameterValue`. */
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/*
 * Status, code and words as recorded from the service where a recording is known: AuthFailure,
 * UnauthorizedOperation, InvalidParameterValue of a filter and of a token, FilterLimitExceeded, InvalidAction.
 * The others follow its documentation.
 */

export function missingAuthentication(): Ec2Refusal {
  return new Ec2Refusal(403, "MissingAuthenticationToken", "Request is missing Authentication Token");
}

export function authFailure(): Ec2Refusal {
  return new Ec2Refusal(401, "AuthFailure", "AWS was not able to validate the provided access credentials");
}

export function unauthorizedOperation(): Ec2Refusal {
  return new Ec2Refusal(403, "UnauthorizedOperation", "You are not authorized to perform this operation.");
}

export function invalidAction(action: string): Ec2Refusal {
  return new Ec2Refusal(400, "InvalidAction", `The action ${action} is not valid for this web service.`);
}

export function invalidValue(message: string): Ec2Refusal {
  return new Ec2Refusal(400, "InvalidParameterValue", message);
}

export function invalidToken(): Ec2Refusal {
  return invalidValue("The NextToken is invalid.");
}

export function requestLimitExceeded(): Ec2Refusal {
  return new Ec2Refusal(503, "RequestLimitExceeded", "Request limit exceeded.");
}

export function internalError(): Ec2Refusal {
  return new Ec2Refusal(500, "InternalError", "An internal error has occurred");
}

/** The body of a refusal: unlike an answer's, it has no namespace, and spells `RequestID` so. */
export function renderRefusal({ code, message }: Ec2Refusal, requestId: string): string {
  const error = `<Code>${escapeText(code)}</Code><Message>${escapeText(message)}</Message>`;
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error>${error}</Error></Errors>` +
    `<RequestID>${requestId}</RequestID></Response>`
  );
}
