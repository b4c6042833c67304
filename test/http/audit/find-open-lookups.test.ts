import { describe, expect, test } from "vitest";
import { scanText } from "../../../src/http/audit/scan-text.ts";

const FILTER = `filter {
    name   = "name"
    values = ["ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-*"]
  }`;

const lookupsIn = (text: string): unknown[] => scanText(text, 100).lookups.map(({ what, line }) => [what, line]);

describe("Terraform's configuration", () => {
  test("is told of with the line where a look-up without owners begins", () => {
    const text = `# data "aws_ami" "comment" {}\n\ndata "aws_ami" "web" {\n  most_recent = true\n  ${FILTER}\n}\n`;
    expect(scanText(text, 10).lookups).toEqual([
      expect.objectContaining({ what: "data.aws_ami.web", line: 3, column: 1, takesNewest: true }),
    ]);
  });

  test.each([
    ["owners", 'owners = ["099720109477"]'],
    ["owners in several lines", 'owners = [\n    # Canonical\n    "099720109477",\n  ]'],
    ["owners from a variable", "owners = var.owners"],
    ["a filter by owner id", 'filter {\n    name = "owner-id"\n    values = ["099720109477"]\n  }'],
    ["a filter by alias", 'filter {\n    name = "owner-alias"\n    values = ["amazon"]\n  }'],
  ])("is right with %s", (_what, owners) => {
    expect(lookupsIn(`data "aws_ami" "web" {\n  most_recent = true\n  ${owners}\n  ${FILTER}\n}`)).toEqual([]);
  });

  test.each([
    ["an empty list", "owners = []"],
    ["null", "owners = null"],
    ["owners in a comment", '# owners = ["099720109477"]'],
    ["owners in another comment", '/* owners = ["099720109477"] */'],
    ["owners in a text", 'name_regex = "owners = 1"'],
    ["owners in a heredoc", "name_regex = <<EOT\nowners = [1]\nEOT"],
    ["owners of somebody else", 'tags = {\n    owners = "us"\n  }'],
  ])("is wrong with %s", (_what, owners) => {
    const text = `data "aws_ami" "web" {\n  ${owners}\n  most_recent = true\n}`;
    expect(lookupsIn(text)).toEqual([["data.aws_ami.web", 1]]);
  });

  test("is judged less hard where the newest is not taken", () => {
    const [lookup] = scanText('data "aws_ami" "one" {\n  name_regex = "x"\n}', 10).lookups;
    expect(lookup?.takesNewest).toBe(false);
  });

  test("is read on behind what cannot be read", () => {
    const text = `}}} = ] "\nlocals { x = "\${join("", ["}"])}" }\ndata "aws_ami" "web" {\n  most_recent = true\n}`;
    expect(lookupsIn(text)).toEqual([["data.aws_ami.web", 3]]);
  });
});

test("Packer's filters are told of in sources, data sources and old templates", () => {
  const hcl = `source "amazon-ebs" "web" {
  source_ami_filter {
    filters = {
      name = "ubuntu/images/*"
    }
    most_recent = true
  }
}
data "amazon-ami" "base" {
  filters = { name = "x" }
  most_recent = true
}
source "amazon-ebs" "right" {
  source_ami_filter {
    filters = { name = "x" }
    most_recent = true
    owners      = ["099720109477"]
  }
}`;
  const json = `{"builders":[{"type":"amazon-ebs","source_ami_filter":{"filters":{"name":"x"},"most_recent":true}},
    {"type":"amazon-ebs","source_ami_filter":{"filters":{"name":"x"},"owners":["self"],"most_recent":true}}]}`;

  expect(lookupsIn(hcl)).toEqual([
    ["source.amazon-ebs.web.source_ami_filter", 2],
    ["data.amazon-ami.base", 9],
  ]);
  expect(lookupsIn(json)).toEqual([["source_ami_filter", 1]]);
});

describe("what Terraform writes as JSON", () => {
  const attributes = { most_recent: true, owners: null, filter: [{ name: "name", values: ["x"] }] };
  test.each<[string, unknown]>([
    ["a state", { resources: [{ mode: "data", type: "aws_ami", name: "web", instances: [{ attributes }] }] }],
    [
      "a plan's values",
      { prior_state: { resources: [{ mode: "data", type: "aws_ami", name: "web", values: attributes }] } },
    ],
    [
      "a plan's configuration",
      {
        configuration: [
          { mode: "data", type: "aws_ami", name: "web", expressions: { most_recent: { constant_value: true } } },
          {
            mode: "data",
            type: "aws_ami",
            name: "right",
            expressions: { most_recent: { constant_value: true }, owners: { references: ["var.owners"] } },
          },
        ],
      },
    ],
    ["a configuration", { data: { aws_ami: { web: attributes, right: { ...attributes, owners: ["self"] } } } }],
  ])("is told of in %s", (_what, value) => {
    const text = JSON.stringify(value, null, 2);
    const line = text.slice(0, text.indexOf('"aws_ami"')).split("\n").length;
    expect(scanText(text, 10).lookups).toEqual([
      expect.objectContaining({ what: "data.aws_ami.web", line, takesNewest: true }),
    ]);
  });

  test("is right where it names owners, or is no data source", () => {
    const right = [
      { mode: "data", type: "aws_ami", name: "a", instances: [{ attributes: { ...attributes, owners: ["self"] } }] },
      { mode: "managed", type: "aws_ami", name: "b", instances: [{ attributes }] },
    ];
    expect(lookupsIn(JSON.stringify({ resources: right }))).toEqual([]);
  });
});

test("Ansible's module and AWS's command line are told of", () => {
  const playbook = `- hosts: localhost
  tasks:
    - name: find
      amazon.aws.ec2_ami_info:
        filters:
          name: "ubuntu/images/*"
      register: found
    - amazon.aws.ec2_ami_info:
        owners: 099720109477
        filters:
          name: x`;
  const script = `aws ec2 describe-images --filters Name=name,Values=x \\
  --query 'sort_by(Images, &CreationDate)[-1].ImageId'
aws ec2 describe-images --owners amazon --filters Name=name,Values=x
aws ec2 describe-images --image-ids ami-1a2b3c4d`;

  expect(lookupsIn(playbook)).toEqual([["amazon.aws.ec2_ami_info", 4]]);
  expect(lookupsIn(script)).toEqual([["aws ec2 describe-images", 1]]);
});

test("Karpenter's terms ask for nobody else's images unless they say so", () => {
  const nodeClass = `kind: EC2NodeClass
spec:
  amiSelectorTerms:
    - name: my-ami
    - id: ami-1a2b3c4d`;
  expect(lookupsIn(nodeClass)).toEqual([]);
});
