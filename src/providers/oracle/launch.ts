import { commandOf, type Launch, type LaunchableImage } from "../launch/snippet.ts";

/** How to use an image of Oracle Cloud. */
export function oracleLaunch({ id, region, architecture, apiurl }: LaunchableImage): Launch {
  const shape = architecture === "arm64" ? "VM.Standard.A1.Flex" : "VM.Standard.E4.Flex";
  const text = commandOf(
    "oci compute instance launch",
    ["--region", region],
    ["--image-id", id],
    ["--shape", shape],
    ["--shape-config", '{"ocpus":1,"memoryInGBs":6}'],
    "--compartment-id COMPARTMENT --availability-domain DOMAIN --subnet-id SUBNET",
  );
  return {
    snippets: [{ title: "oci command line", text }],
    console: apiurl === null ? consoleOf(id, region) : undefined,
  };
}

/** The image in the console of the commercial realm, where an instance is made from it; other realms have other hosts. */
function consoleOf(id: string, region: string | null): string | undefined {
  if (!/^ocid1\.image\.oc1\.[\w.-]*$/.test(id) || region === null || !/^[\w-]+$/.test(region)) return undefined;
  return `https://cloud.oracle.com/compute/images/${id}?region=${region}`;
}
