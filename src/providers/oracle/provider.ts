import { z } from "zod";
import type { BackendOptions, ImageProvider, ProviderDefinition, ProviderLimits } from "../provider.ts";
import { apiUrl } from "../transport/http/api-url.ts";
import type { JsonClient } from "../transport/http/json-client.ts";
import { rsaPrivateKey } from "../transport/auth/private-key.ts";
import type { HttpTiming } from "../transport/http/retry.ts";
import { createTwoSourceProvider } from "../transport/paging/two-sources.ts";
import { oracleFacts } from "./facts.ts";
import { findOracleAccount, listOracleImages } from "./list-images.ts";

const NAME = "oracle";

const OCID = "[a-z0-9._-]+";
const KEY_ID = new RegExp(`^ocid1\\.tenancy\\.${OCID}/ocid1\\.user\\.${OCID}/[0-9a-f]{2}(:[0-9a-f]{2})+$`, "i");
const KEY_ID_EXPECTED = "expected TENANCY/USER/FINGERPRINT: two OCIDs and the API key's fingerprint";
const COMPARTMENT_EXPECTED = "expected the OCID of a compartment, or of the tenancy";
const REGION_EXPECTED = "expected a region, such as eu-frankfurt-1";

const oracleOptions = z.object({
  apiurl: apiUrl({ version: /\/20160918$/, example: "https://iaas.eu-frankfurt-1.oraclecloud.com" }).optional(),
  /** It goes into the host's name. */
  region: z.string(REGION_EXPECTED).regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, REGION_EXPECTED),
  tenantName: z
    .string(COMPARTMENT_EXPECTED)
    .regex(new RegExp(`^ocid1\\.(compartment|tenancy)\\.${OCID}$`, "i"), COMPARTMENT_EXPECTED),
  apikey: z.string(KEY_ID_EXPECTED).regex(KEY_ID, KEY_ID_EXPECTED),
  apisecret: rsaPrivateKey("expected the API signing key: an RSA key as PEM, without a passphrase"),
});

/** Oracle Cloud Infrastructure. */
export const oracleProvider: ProviderDefinition = {
  name: NAME,
  title: "Oracle Cloud",
  lists: "a region's platform images (shared by all backends of the region), and the custom images of one compartment",
  cannotList: "older platform images than the newest three of each system; images of nested compartments",
  fields: [
    { name: "region", label: "Region", holds: "region, such as eu-frankfurt-1", isRequired: true },
    { name: "tenant_name", label: "Compartment", holds: "OCID of the compartment", isRequired: true },
    {
      name: "apikey",
      label: "Tenancy, user and fingerprint",
      holds: "TENANCY/USER/FINGERPRINT of an API signing key",
      isRequired: true,
    },
    {
      name: "apisecret",
      label: "Signing key",
      isSecret: true,
      isMultiline: true,
      holds: "the API signing key as PEM",
      isRequired: true,
    },
    { name: "apiurl", label: "Endpoint", holds: "endpoint, if not https://iaas.REGION.oraclecloud.com" },
  ],
  facts: oracleFacts,
  options: oracleOptions,
  create: createOracleProvider,
};

/** Throws ZodError for wrong options. */
export function createOracleProvider(
  options: BackendOptions,
  limits: ProviderLimits,
  timing: Partial<HttpTiming> = {},
): ImageProvider {
  const { region, tenantName: compartment, apikey, apisecret, ...parsed } = oracleOptions.parse(options);
  const home = `https://iaas.${region}.oraclecloud.com`;
  const { apiurl = home } = parsed;
  // The key signs, it is never sent.
  const key = { id: apikey, key: apisecret };
  const access = {
    name: NAME,
    place: region,
    apiurl,
    home,
    secrets: [],
    limits,
    timing,
    identify: (client: JsonClient) => findOracleAccount({ client, key, apiurl, compartment }),
  };
  return createTwoSourceProvider(access, ({ client, scope }) =>
    listOracleImages(
      { client, key, apiurl, compartment },
      ({ visibility }) => (visibility === "public") === (scope === "public"),
    ),
  );
}
