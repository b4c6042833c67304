import { commandOf, type Launch, type LaunchableImage, textOf } from "../launch/snippet.ts";

/**
 * How to use a volume of a libvirt host: a machine whose disk begins as the volume, which itself stays as it is, or one that is
 * installed from it. Nothing where the volume's place or form is not known.
 */
export function libvirtLaunch({ name, apiurl, extra }: LaunchableImage): Launch {
  const path = textOf(extra, "path");
  const format = textOf(extra, "format");
  if (path === null) return { snippets: [] };
  const source: readonly [string, string] | null = /\.iso$/i.test(name)
    ? ["--disk size=20 --cdrom", path]
    : format === null
      ? null
      : [
          "--import --disk",
          `size=20,backing_store=${path.replaceAll(",", ",,")},backing_format=${format.replaceAll(",", ",,")}`,
        ];
  if (source === null) return { snippets: [] };
  const text = commandOf(
    "virt-install",
    ["--connect", apiurl],
    "--name NAME --memory 2048 --osinfo detect=on,require=off",
    source,
  );
  return { snippets: [{ title: "virt-install command line", text }] };
}
