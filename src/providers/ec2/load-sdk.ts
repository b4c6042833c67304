import type * as Sdk from "@aws-sdk/client-ec2";

/**
 * Loads the SDK, which takes 0.2 to 0.5 s the first time, and teaches it `billingProducts`: the XML of EC2-compatible
 * clouds names them, and so does Apache Libcloud, but the SDK's schema of an image does not, and so drops them.
 */
export async function loadSdk(): Promise<typeof Sdk> {
  const sdk = await import("@aws-sdk/client-ec2");
  // Of a structure: kind, namespace, name, traits, names of its members, their schemas.
  const [structure, namespace, , traits, names, schemas] = sdk.Image$;
  if (names.includes("BillingProducts")) return sdk;
  const product: typeof sdk.Image$ = [
    structure,
    namespace,
    "BillingProduct",
    traits,
    ["Product"],
    [[STRING, { xmlName: "billingProduct" }]],
  ];
  names.push("BillingProducts");
  schemas.push([
    () => [LIST, namespace, "BillingProductList", traits, [() => product, { xmlName: "item" }]],
    { xmlName: "billingProducts" },
  ]);
  return sdk;
}

/** The SDK's codes of these kinds of schemas. */
const STRING = 0;
const LIST = 1;
