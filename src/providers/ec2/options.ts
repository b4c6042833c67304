import { z } from "zod";
import { nearNames } from "../../near-names.ts";
import { caCertificates } from "../transport/http/client-certificate.ts";

/** The shape of AWS's own region codes: `eu-west-1`, `us-gov-east-1`, `cn-north-1`. */
const AWS_REGION = /^([a-z]{2,}(?:-[a-z]+)*)-([a-z]+)-(\d+)$/;
/**
 * In the code of every region so far, the word before the number. A list of regions would refuse each new one, and cannot tell a
 * slip from a new country or number (me-central-1 was there first, then mx-central-1); a slip in this word can be told. A word that
 * is near to none of these may be new.
 * https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
 */
const DIRECTIONS = ["north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest", "central"];
/** A region goes into a host name and into the signature; compatible clouds name theirs freely within that. */
const REGION_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const REGION_EXPECTED = "expected a region such as eu-west-1";

const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/;
const ROLE_EXPECTED = "expected the ARN of a role, such as arn:aws:iam::123456789012:role/list-images";

const endpoint = z.string("expected an http or https URL").transform((text, context) => {
  const url = URL.parse(text);
  const complaint = endpointComplaint(url);
  if (url && !complaint) return url;
  context.addIssue({ code: "custom", message: complaint ?? "expected an http or https URL" });
  return z.NEVER;
});

const fields = z.object({
  region: z.string(REGION_EXPECTED).regex(REGION_LABEL, { error: REGION_EXPECTED, abort: true }),
  apikey: z.string().min(1, "expected an access key id").optional(),
  apisecret: z.string().min(1, "expected a secret access key").optional(),
  apiurl: endpoint.optional(),
  roleArn: z.string().regex(ROLE_ARN, ROLE_EXPECTED).optional(),
  externalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{2,1224}$/, "expected 2 to 1,224 letters, digits or characters of +=,.@:/-")
    .optional(),
  profile: z
    .string()
    .regex(/^[^\s\p{Cc}[\]]{1,200}$/u, "expected the name of a profile")
    .optional(),
  caCert: caCertificates,
});

/** What an EC2 backend is made of: a region, and perhaps a key pair or a profile, a role, and an EC2-compatible endpoint. */
export const ec2Options = fields
  .refine(({ apikey, apisecret }) => !apikey || apisecret, {
    path: ["apisecret"],
    error: "expected the secret access key that belongs to apikey",
  })
  .refine(({ apikey, apisecret }) => !apisecret || apikey, {
    path: ["apikey"],
    error: "expected the access key id that belongs to apisecret",
  })
  .refine(({ profile, apikey }) => profile === undefined || !apikey, {
    path: ["profile"],
    error: "expected either a profile or a key pair",
  })
  .refine(({ externalId, roleArn }) => externalId === undefined || roleArn !== undefined, {
    path: ["externalId"],
    error: "needs role_arn too",
  })
  // Nobody else may have what AWS lends.
  .refine(
    ({ apiurl, profile, roleArn }) => !apiurl || isAws(apiurl) || (profile === undefined && roleArn === undefined),
    {
      path: ["apiurl"],
      error:
        "not with profile or role_arn: their credentials go only to AWS, such as https://ec2.eu-west-1.amazonaws.com",
    },
  )
  // The server's own credentials would go to whoever is named there.
  .refine(({ apiurl, apikey, apisecret, profile }) => !apiurl || apikey || apisecret || profile || isAws(apiurl), {
    path: ["apiurl"],
    error:
      "needs apikey and apisecret: the server's own AWS credentials go only to AWS, such as https://ec2.eu-west-1.amazonaws.com",
  })
  .superRefine(({ apiurl, region }, context) => {
    const complaint = apiurl ? undefined : regionComplaint(region);
    if (complaint !== undefined) context.addIssue({ code: "custom", path: ["region"], message: complaint });
  });

export type Ec2Options = z.output<typeof ec2Options>;

/** EC2's own hosts: regional ones, those of FIPS 140, of both IP versions, and endpoints inside a VPC. */
const AWS_HOSTS = [
  /^ec2(-fips)?\.[a-z]{2,}(-[a-z]+)+-\d+\.(amazonaws\.com(\.cn)?|api\.aws|api\.amazonwebservices\.com\.cn)$/,
  /^[a-z0-9-]+\.ec2\.[a-z]{2,}(-[a-z]+)+-\d+\.vpce\.amazonaws\.com(\.cn)?$/,
];

/** Whether nobody but AWS can answer at an address. */
export function isAws({ protocol, hostname, port }: URL): boolean {
  return protocol === "https:" && port === "" && AWS_HOSTS.some((host) => host.test(hostname));
}

function regionComplaint(region: string): string | undefined {
  const [, area, direction = "", number] = AWS_REGION.exec(region) ?? [];
  if (area === undefined) return REGION_EXPECTED;
  if (DIRECTIONS.includes(direction)) return undefined;
  const meant = nearNames(direction, DIRECTIONS).map((each) => `${area}-${each}-${number}`);
  return meant.length === 0
    ? undefined
    : `no region of AWS is named ${JSON.stringify(region)}; did you mean ${meant.map((each) => JSON.stringify(each)).join(" or ")}?`;
}

function endpointComplaint(url: URL | null): string | undefined {
  if (!url || !["http:", "https:"].includes(url.protocol)) return "expected an http or https URL";
  if (url.username || url.password) return "expected a URL without user name and password";
  if (url.search || url.hash) return "expected a URL without query and fragment";
  return undefined;
}
