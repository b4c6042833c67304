import { z } from "zod";

const awsEndpoint = z
  .string()
  .optional()
  .transform((text, context) => {
    if (text === undefined || text === "") return undefined;
    const url = URL.parse(text);
    if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search) return url.href;
    context.addIssue("expected an http or https URL without user name, password and query");
    return z.NEVER;
  });

/** What the AWS SDK reads of these, it reads from the environment alone. */
export const awsSettings = z
  .object({
    AWS_ENDPOINT_URL: awsEndpoint,
    AWS_ENDPOINT_URL_EC2: awsEndpoint,
    AWS_ENDPOINT_URL_STS: awsEndpoint,
    AWS_PROFILE: z.string().optional(),
  })
  .transform((urls) => ({
    ec2Endpoint: urls.AWS_ENDPOINT_URL_EC2 ?? urls.AWS_ENDPOINT_URL,
    stsEndpoint: urls.AWS_ENDPOINT_URL_STS ?? urls.AWS_ENDPOINT_URL,
    awsProfile: urls.AWS_PROFILE || undefined,
  }));
