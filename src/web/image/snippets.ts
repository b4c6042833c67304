import type { Entry } from "../server/answers.ts";
import { visibleJson, visibleText } from "../../visible-text.ts";

/** Something to copy and use elsewhere. */
export interface Snippet {
  readonly title: string;
  readonly text: string;
}

type Image = Pick<Entry, "id" | "name" | "family" | "architecture" | "owner_id">;

/** What people do with an image of this kind of cloud, ready to paste. */
export function snippetsOf(image: Image, provider: string, region: string | null): Snippet[] {
  if (provider === "ec2") {
    return [
      { title: "AWS command line", text: runInstances(image, region) },
      { title: "Terraform data source", text: awsDataSource(image) },
    ];
  }
  if (provider === "openstack" || provider === "rackspace") {
    return [
      {
        title: "OpenStack command line",
        text: `openstack server create --image ${shellWord(image.id)} --flavor m1.small NAME`,
      },
      { title: "Terraform data source", text: openstackDataSource(image) },
    ];
  }
  return [];
}

function runInstances({ id }: Image, region: string | null): string {
  return `aws ec2 run-instances${region === null ? "" : ` --region ${shellWord(region)}`} --image-id ${shellWord(id)} --instance-type t3.micro`;
}

/** What EC2 calls machines otherwise than the catalogue. */
const EC2_MACHINES: Readonly<Record<string, string>> = { x86: "i386" };

/** Finds the newest build of the image's family; what has no family is asked for by its id. */
function awsDataSource(image: Image): string {
  const { owner_id: owner, architecture, family } = image;
  const filters =
    family !== null && isGlobOf(family, image.name)
      ? [
          filter("name", family),
          ...(architecture === null ? [] : [filter("architecture", EC2_MACHINES[architecture] ?? architecture)]),
        ]
      : [filter("image-id", image.id)];
  const owners = owner === null ? [] : [`  owners      = [${quoted(owner)}]`];
  return [`data "aws_ami" "image" {`, "  most_recent = true", ...owners, ...filters, "}"].join("\n");
}

function filter(name: string, value: string): string {
  return `\n  filter {\n    name   = ${quoted(name)}\n    values = [${quoted(value)}]\n  }`;
}

function openstackDataSource({ name }: Image): string {
  return `data "openstack_images_image_v2" "image" {\n  name        = ${quoted(name)}\n  most_recent = true\n}`;
}

/** Whether a family's name, as a pattern, finds the image: some families go by their description, too. */
function isGlobOf(family: string, name: string): boolean {
  const pattern = family.split("*").map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${pattern.join(".*")}$`, "s").test(name);
}

/** JSON's escapes are Terraform's too, but for its templates. */
function quoted(text: string): string {
  return visibleJson(JSON.stringify(text)).replace(/[$%](?=\{)/g, "$&$&");
}

/**
 * A cloud may say anything: what is pasted into a shell must stay one word. It is typed there, too, so that an escape
 * sequence could end the pasting and a line feed the command.
 */
function shellWord(text: string): string {
  const shown = visibleText(text);
  return /^[\w.:/-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", "'\\''")}'`;
}
