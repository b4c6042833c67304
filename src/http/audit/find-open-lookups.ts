import { type HclBlock, readHcl } from "./read-hcl.ts";
import { lookupsInJson } from "./lookups-in-json.ts";
import { type OpenLookup, OWNER_FILTER } from "./open-lookup.ts";

/** Finds the look-ups without an owner in Terraform, Packer, Ansible and scripts, and in JSON that these tools wrote. */
export function findOpenLookups(text: string): OpenLookup[] {
  const first = /\S/.exec(text)?.[0];
  const isJson = first === "{" || first === "[";
  const found = isJson
    ? lookupsInJson(text)
    : [...lookupsInHcl(text), ...lookupsInYaml(text), ...lookupsInScripts(text)];
  const sorted = found.toSorted((a, b) => a.offset - b.offset);
  // A plan has a data source twice: in its configuration and in its values.
  return isJson
    ? sorted.filter(
        ({ what }, at) => sorted.findIndex((other) => other.what === what) === at || what === "source_ami_filter",
      )
    : sorted;
}

const HCL_HINT = /\b(?:aws_ami|amazon-ami|source_ami_filter)\b/;

function lookupsInHcl(text: string): OpenLookup[] {
  return HCL_HINT.test(text) ? readHcl(text).flatMap((block) => lookupsInBlock(block, "")) : [];
}

function lookupsInBlock(block: HclBlock, within: string): OpenLookup[] {
  const what = [within, block.type, ...block.labels].filter((part) => part !== "").join(".");
  const isLookup =
    (block.type === "data" && (block.labels[0] === "aws_ami" || block.labels[0] === "amazon-ami")) ||
    block.type === "source_ami_filter";
  const inner = block.blocks.flatMap((one) => lookupsInBlock(one, what));
  if (!isLookup || saysWhose(block)) return inner;
  return [{ what, offset: block.offset, takesNewest: block.attributes.get("most_recent") === "true" }, ...inner];
}

function saysWhose({ attributes, blocks }: HclBlock): boolean {
  if (isSaid(attributes.get("owners"))) return true;
  if (OWNER_FILTER.test(attributes.get("filters") ?? "")) return true;
  return blocks.some(
    ({ type, attributes: of }) =>
      (type === "filter" && OWNER_FILTER.test(of.get("name") ?? "")) ||
      (type === "filters" && [...of.keys()].some((name) => OWNER_FILTER.test(name))),
  );
}

function isSaid(owners: string | undefined): boolean {
  return owners !== undefined && !/^(?:null|\[\s*\])$/.test(owners);
}

/** Ansible's modules: a mapping that is indented below the module's name. */
const ANSIBLE = /^(?<indent>[ ]*)(?:- )?(?<module>(?:[\w.]+\.)?ec2_ami_(?:info|facts)):[^\S\n]*$/gm;

function lookupsInYaml(text: string): OpenLookup[] {
  return [...text.matchAll(ANSIBLE)].flatMap((match): OpenLookup[] => {
    const { indent = "", module = "" } = match.groups ?? {};
    const body = indented(text.slice(match.index + match[0].length), indent.length);
    if (
      /^\s*(?:- )?(?:owners?|image_ids?|["']?(?:owner-id|owner-alias|image-id)["']?):\s*\S|^\s*(?:owners?|image_ids?):\s*\n\s*- /m.test(
        body,
      )
    )
      return [];
    return [{ what: module, offset: match.index + indent.length, takesNewest: false }];
  });
}

/** The lines after the first one that are indented by more than so many spaces. */
function indented(text: string, blanks: number): string {
  const end = new RegExp(String.raw`\n(?! {${blanks + 1}}|[^\S\n]*(?:\n|$))`).exec(text.slice(1));
  return end ? text.slice(1, end.index + 1) : text;
}

/** AWS's command line, including continued lines. */
const DESCRIBE_IMAGES = /\bec2\s+describe-images\b(?:[^\n;|&`)\\]|\\[\s\S])*/g;

function lookupsInScripts(text: string): OpenLookup[] {
  return [...text.matchAll(DESCRIBE_IMAGES)].flatMap(({ 0: command, index }): OpenLookup[] =>
    /--owners?\b|--image-ids?\b|owner-id|owner-alias|image-id/.test(command) || !/--filters?\b/.test(command)
      ? []
      : [
          {
            what: "aws ec2 describe-images",
            offset: index,
            takesNewest: /sort_by|CreationDate|\[-1\]/.test(command),
          },
        ],
  );
}
