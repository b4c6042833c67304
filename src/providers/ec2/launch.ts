import { launchParameter } from "./launch-parameter.ts";
import { commandOf, hclText, type Launch, type LaunchableImage, textOf, yamlText } from "../launch/snippet.ts";

/** How to use an AMI: the AWS CLI, Terraform, Packer, CloudFormation, Pulumi, Ansible, and the console. */
export function ec2Launch(image: LaunchableImage): Launch {
  const { familyPattern: pattern } = image;
  const parameter = launchParameter(image);
  return {
    snippets: [
      { title: "AWS command line", text: runInstances(image) },
      { title: "Terraform data source", text: dataSource(image, exactFilters(image)) },
      ...(pattern === null
        ? []
        : [{ title: "Terraform, newest build", text: dataSource(image, familyFilters(image, pattern)) }]),
      { title: "Packer source", text: packerSource(image) },
      { title: "CloudFormation resource", text: cloudFormation(image) },
      ...(parameter === null
        ? []
        : [{ title: "CloudFormation, newest build (SSM parameter)", text: withParameter(image, parameter) }]),
      { title: "Pulumi program (YAML)", text: pulumi(image) },
      { title: "Ansible task", text: ansibleTask(image) },
    ],
    console: consoleOf(image),
  };
}

/** Dedicated hosts are all that runs macOS. */
const MACS: Readonly<Record<string, string>> = { x86_64_mac: "mac1.metal", arm64_mac: "mac2.metal" };

/** A small instance type that starts the image: of its architecture, and with the drivers and firmware that it has. */
function instanceType({ architecture, extra }: LaunchableImage): string {
  const mac = MACS[architecture ?? ""];
  if (mac !== undefined) return mac;
  if (architecture === "arm64") return "t4g.micro";
  // The last types for images that need no hypervisor support.
  if (extra["virtualization_type"] === "paravirtual") return "m3.medium";
  // The newer types run neither 32-bit images nor those without the drivers of their network.
  const isOld = architecture === "x86" || (extra["ena_support"] === "false" && extra["boot_mode"] !== "uefi");
  return isOld ? "t2.micro" : "t3.micro";
}

function runInstances(image: LaunchableImage): string {
  const { id, region, apiurl, architecture } = image;
  return commandOf(
    "aws ec2 run-instances",
    ["--endpoint-url", apiurl],
    ["--region", region],
    ["--image-id", id],
    ["--instance-type", instanceType(image)],
    ...(MACS[architecture ?? ""] === undefined ? [] : (["--placement Tenancy=host"] as const)),
  );
}

type LookupFilters = readonly (readonly [name: string, value: string])[];

/** An owner has one image of a name in a region; what has no name is asked for by its id. */
function exactFilters({ id, name }: LaunchableImage): LookupFilters {
  return name === id ? [["image-id", id]] : [["name", escaped(name)]];
}

function familyFilters({ extra, architecture }: LaunchableImage, pattern: string): LookupFilters {
  const said = textOf(extra, "architecture") ?? architecture;
  const kind = said === null ? [] : ([["architecture", said]] as const);
  return [["name", pattern.split("*").map(escaped).join("*")], ...kind];
}

/** In a filter `*` and `?` stand for others. */
function escaped(text: string): string {
  return text.replace(/[*?\\]/g, "\\$&");
}

function dataSource({ ownerId, isDeprecated }: LaunchableImage, filters: LookupFilters): string {
  const lines = [
    ["most_recent", "true"],
    ...(isDeprecated ? [["include_deprecated", "true"]] : []),
    ...(ownerId === null ? [] : [["owners", `[${hclText(ownerId)}]`]]),
  ];
  const width = Math.max(...lines.map(([name = ""]) => name.length));
  const settings = lines.map(([name = "", value]) => `  ${name.padEnd(width)} = ${value}`);
  const blocks = filters.map(
    ([name, value]) => `\n  filter {\n    name   = ${hclText(name)}\n    values = [${hclText(value)}]\n  }`,
  );
  return [`data "aws_ami" "image" {`, ...settings, ...blocks, "}"].join("\n");
}

function packerSource(image: LaunchableImage): string {
  const { id, region } = image;
  const lines = [
    ...(region === null ? [] : [["region", hclText(region)]]),
    ["source_ami", hclText(id)],
    ["instance_type", hclText(instanceType(image))],
    ["ssh_username", hclText(userOf(image))],
    ["ami_name", hclText("NAME")],
  ];
  const settings = lines.map(([name = "", value]) => `  ${name.padEnd(13)} = ${value}`);
  return [`source "amazon-ebs" "image" {`, ...settings, "}"].join("\n");
}

/** The user that the makers of an image let in. */
function userOf({ os }: LaunchableImage): string {
  const users: Readonly<Record<string, string>> = {
    ubuntu: "ubuntu",
    debian: "admin",
    fedora: "fedora",
    rocky: "rocky",
  };
  return users[os ?? ""] ?? "ec2-user";
}

function cloudFormation(image: LaunchableImage): string {
  return [
    "Resources:",
    "  Instance:",
    "    Type: AWS::EC2::Instance",
    "    Properties:",
    `      ImageId: ${yamlText(image.id)}`,
    `      InstanceType: ${yamlText(instanceType(image))}`,
  ].join("\n");
}

/** CloudFormation reads the parameter each time it makes or changes the stack. */
function withParameter(image: LaunchableImage, parameter: string): string {
  return [
    "Parameters:",
    "  ImageId:",
    "    Type: AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>",
    `    Default: ${yamlText(parameter)}`,
    "Resources:",
    "  Instance:",
    "    Type: AWS::EC2::Instance",
    "    Properties:",
    "      ImageId: !Ref ImageId",
    `      InstanceType: ${yamlText(instanceType(image))}`,
  ].join("\n");
}

function pulumi(image: LaunchableImage): string {
  return [
    "name: instance",
    "runtime: yaml",
    ...(image.region === null ? [] : ["config:", `  aws:region: ${yamlText(image.region)}`]),
    "resources:",
    "  instance:",
    "    type: aws:ec2:Instance",
    "    properties:",
    `      ami: ${yamlText(image.id)}`,
    `      instanceType: ${yamlText(instanceType(image))}`,
  ].join("\n");
}

function ansibleTask(image: LaunchableImage): string {
  return [
    "- name: Start an instance",
    "  amazon.aws.ec2_instance:",
    ...(image.region === null ? [] : [`    region: ${yamlText(image.region)}`]),
    `    image_id: ${yamlText(image.id)}`,
    `    instance_type: ${yamlText(instanceType(image))}`,
  ].join("\n");
}

/** Where AWS's consoles are, by the beginning of the region. */
const CONSOLES: readonly (readonly [start: string, host: string])[] = [
  ["cn-", "console.amazonaws.cn"],
  ["us-gov-", "console.amazonaws-us-gov.com"],
  ["", "console.aws.amazon.com"],
];

function consoleOf({ id, region, apiurl }: LaunchableImage): string | undefined {
  if (region === null || apiurl !== null || !/^[\w-]+$/.test(region) || !/^[\w-]+$/.test(id)) return undefined;
  const host = CONSOLES.find(([start]) => region.startsWith(start))?.[1] ?? "";
  return `https://${host}/ec2/home?region=${region}#LaunchInstances:ami=${id}`;
}
