import { describe, expect, test } from "vitest";
import { scanText } from "../../../src/http/audit/scan-text.ts";

const AMI = "ami-0ac9392bb24cdca10";
const UUID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";

describe("the ids of a text", () => {
  test.each<[text: string, ids: readonly string[]]>([
    [`ami = "${AMI}"`, [AMI]],
    [`{"ImageId":"${AMI}","InstanceId":"i-0ac9392bb24cdca10"}`, [AMI]],
    [`arn:aws:ec2:us-east-1::image/${AMI}`, [AMI]],
    [`us-east-1: ${AMI}, eu-west-1: ami-1a2b3c4d.`, [AMI, "ami-1a2b3c4d"]],
    [`AMI-0AC9392BB24CDCA10`, [AMI]],
    [`<td>${AMI}</td>`, [AMI]],
    ["ami-123", []],
    ["ami-0ac9392bb24cdca10f", []],
    ["my-ami-1a2b3c4d", []],
    ["image_id = ocid1.image.oc1.eu-frankfurt-1.aaaa", ["ocid1.image.oc1.eu-frankfurt-1.aaaa"]],
    [
      "https://management.azure.com/subscriptions/1-2/resourceGroups/lab/providers/Microsoft.Compute/images/golden-1?api",
      ["/subscriptions/1-2/resourceGroups/lab/providers/Microsoft.Compute/images/golden-1"],
    ],
    ["m-bp67acfmxazb4ph12345", ["m-bp67acfmxazb4ph12345"]],
  ])("%j: %j", (text, ids) => {
    expect(
      scanText(text, 10)
        .ids.filter(({ isCertain }) => isCertain)
        .map(({ id }) => id),
    ).toEqual(ids);
  });

  test.each<[text: string, ids: readonly string[]]>([
    [`image_ref = "${UUID}"`, [UUID]],
    [UUID.toUpperCase(), [UUID]],
    ["image: lab/web:1.0", ["lab/web:1.0"]],
    ['"image": "129211873"', ["129211873"]],
    [
      "projects/debian-cloud/global/images/debian-12-v20260101",
      ["projects/debian-cloud/global/images/debian-12-v20260101"],
    ],
    ["urn: Canonical:ubuntu-24_04-lts:server:24.04.202406140", ["Canonical:ubuntu-24_04-lts:server:24.04.202406140"]],
    ["pilgrimage", []],
  ])("%j may hold %j", (text, ids) => {
    const found = scanText(text, 10).ids;
    expect(found.map(({ id }) => id)).toEqual(ids);
    expect(found.every(({ isCertain }) => !isCertain)).toBe(true);
  });

  test("are told once, with line and column of the first place", () => {
    const text = `a\r\n  ami: ${AMI}\n${AMI} ami-1a2b3c4d`;
    expect(scanText(text, 10).ids).toEqual([
      { id: AMI, isCertain: true, line: 2, column: 8 },
      { id: "ami-1a2b3c4d", isCertain: true, line: 3, column: AMI.length + 2 },
    ]);
  });

  test("are at most as many as are wanted", () => {
    const { ids, isCut } = scanText("ami-11111111 ami-22222222 ami-33333333", 2);
    expect([ids.length, isCut]).toEqual([2, true]);
  });

  test.each([
    ["one long word", "1a-_".repeat(250_000)],
    ["settings without a value", "image=".repeat(100_000)],
    ["colons", "a:".repeat(300_000)],
    ["open quotes and templates", '"${'.repeat(200_000)],
    ["heredocs without an end", 'data "aws_ami" "x" {\n'.concat("<<A\n".repeat(100_000))],
    ["brackets", 'aws_ami {["'.repeat(50_000)],
    ["braces of JSON", '{"aws_ami":'.repeat(50_000)],
    ["commands", "ec2 describe-images ".repeat(30_000)],
    ["modules of Ansible", "ec2_ami_info:\n".repeat(30_000)],
  ])("take time that is linear in the text: %s", (_what, text) => {
    const startedAt = performance.now();
    scanText(text, 100);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
