import type { ProviderLimits } from "../provider.ts";
import { assumeRole } from "./assume-role.ts";
import { MissingCredentialsError } from "./missing-credentials.ts";
import type { Ec2Options } from "./options.ts";
import type { LentCredentials } from "./sign-request.ts";

/** Brings credentials, anew each time it is called. Throws MissingCredentialsError, or a ProviderError of STS. */
export type CredentialSource = () => Promise<LentCredentials>;

/**
 * Whose credentials list: the backend's key pair, a profile of the server's AWS configuration, or what the SDK's own chain finds
 * where the server runs; and with a role, those that STS lends to them.
 */
export function credentialsOf(options: Ec2Options, limits: ProviderLimits): CredentialSource {
  const source = baseOf(options, limits);
  const { roleArn } = options;
  if (roleArn === undefined) return source;
  return async () => assumeRole(await source(), { ...options, roleArn }, limits);
}

function baseOf({ apikey, apisecret, profile, region }: Ec2Options, limits: ProviderLimits): CredentialSource {
  if (apikey && apisecret) return async () => ({ accessKeyId: apikey, secretAccessKey: apisecret });
  if (profile !== undefined) return () => fromProfile(profile, region);
  return () => fromChain(region, limits);
}

/** Of this profile and nowhere else: the chain would go on to whatever the machine has. */
async function fromProfile(profile: string, region: string): Promise<LentCredentials> {
  const { fromIni } = await import("@aws-sdk/credential-provider-ini");
  try {
    return await fromIni({ profile, clientConfig: { region } })();
  } catch (error) {
    throw new MissingCredentialsError(`profile ${profile}`, error);
  }
}

async function fromChain(region: string, { awsProfile }: ProviderLimits): Promise<LentCredentials> {
  const { EC2Client } = await import("@aws-sdk/client-ec2");
  const ec2 = new EC2Client({ region });
  try {
    return await ec2.config.credentials();
  } catch (error) {
    throw new MissingCredentialsError(awsProfile === undefined ? undefined : `AWS_PROFILE=${awsProfile}`, error);
  } finally {
    ec2.destroy();
  }
}
