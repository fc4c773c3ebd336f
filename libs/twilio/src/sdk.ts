import domainModule from "twilio/lib/base/Domain.js";
import versionModule from "twilio/lib/base/Version.js";
import { CallListInstance } from "twilio/lib/rest/api/v2010/account/call.js";
import type { RequestOpts } from "twilio/lib/base/BaseTwilio.js";

/** Carries the SDK's requests. Stands where the SDK's own client does, which has no way to be cancelled. */
export interface Transport {
  request(options: RequestOpts): Promise<{ readonly statusCode: number; readonly body: string }>;
}

/** The SDK's resource for calls. */
export type Calls = ReturnType<typeof CallListInstance>;

const Domain = classIn(domainModule);
const Version = classIn(versionModule);

type SdkClient = ConstructorParameters<typeof Domain>[0];
type SdkVersion = Parameters<typeof CallListInstance>[0];

/**
 * The SDK's resource for the calls of an account. Only this part of the SDK is loaded: its client as a whole brings every
 * product of Twilio's, and an HTTP library.
 */
export function callsOf(accountSid: string, base: string, transport: Transport): Calls {
  const domain = new Domain(transport as unknown as SdkClient, base);
  return CallListInstance(new Version(domain, "2010-04-01") as SdkVersion, accountSid);
}

/** The SDK is CommonJS: Node and bundlers give its modules wrapped, test runners give what is in them. */
function classIn<Class>(module: { readonly default: Class }): Class {
  return "default" in module ? module.default : module;
}
