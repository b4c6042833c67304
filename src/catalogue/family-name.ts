export function familyNameOf(name: string): string {
  return name.replace(/\d{6,}(?:[.\d]*)|[0-9a-f]{8,}(?:-[0-9a-f]{4,})*/g, "*");
}
