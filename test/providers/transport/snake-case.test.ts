import { expect, test } from "vitest";
import { snakeCase } from "../../../src/providers/transport/reading/snake-case.ts";

test.each([
  ["OSType", "os_type"],
  ["OSNameEn", "os_name_en"],
  ["ImageOwnerAlias", "image_owner_alias"],
  ["IsSupportIoOptimized", "is_support_io_optimized"],
  ["ImportOSSBucket", "import_oss_bucket"],
  ["sizeInMBs", "size_in_mbs"],
  ["billableSizeInGBs", "billable_size_in_gbs"],
  ["displayName", "display_name"],
  ["status", "status"],
])("writes %s as %s", (name, expected) => {
  expect(snakeCase(name)).toBe(expected);
});
