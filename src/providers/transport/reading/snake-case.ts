/** `OSNameEn` as `os_name_en`, `ImportOSSBucket` as `import_oss_bucket`, `sizeInMBs` as `size_in_mbs`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z](?!s(?:_|$))[a-z])/g, "$1_$2")
    .toLowerCase();
}
