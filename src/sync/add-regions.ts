import { BadRequestError } from "../errors.ts";
import { type Backend, listBackends, readSecrets } from "../record/backends.ts";
import { addBackend, type BackendFields, proposeBackend, type Registrar } from "./register-backend.ts";

/** The result of adding the regions of a cloud. */
export interface AddedRegions {
  readonly added: readonly Backend[];
  /** Backends that existed already, with the same credentials or the same id; they were not changed. */
  readonly existing: readonly Backend[];
  /** Regions that the account may not use. */
  readonly disabled: readonly string[];
}

const DEADLINE_MS = 60_000;

/**
 * Adds a backend for each region that the account may use, with the region in its id and title. `fields` are the fields of all;
 * `fields.region` is the region whose API is asked. Throws BadRequestError naming the field at fault, and ProviderError if the
 * cloud does not answer; then nothing is added.
 */
export async function addRegions(registrar: Registrar, fields: BackendFields): Promise<AddedRegions> {
  const { id: prefix = fields.provider, title, region: _, ...same } = fields;
  const provider = proposeBackend(registrar, { ...fields, id: undefined });
  if (!provider.listRegions) throw new BadRequestError("region: all is only for ec2", "region");
  const listed = await provider.listRegions(AbortSignal.timeout(DEADLINE_MS));
  const regions = listed.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const before = listBackends(registrar.catalogue);
  const added: Backend[] = [];
  const existing: Backend[] = [];
  for (const { name, isEnabled } of regions) {
    if (!isEnabled) continue;
    const id = `${prefix}-${name}`;
    const there = before.find((backend) => backend.id === id || isSame(registrar, backend, { ...same, region: name }));
    if (there) existing.push(there);
    else
      added.push(
        await addBackend(registrar, { ...same, id, region: name, ...(title && { title: `${title} ${name}` }) }),
      );
  }
  return { added, existing, disabled: regions.flatMap(({ name, isEnabled }) => (isEnabled ? [] : [name])) };
}

/** Whether a backend lists the region with the same credentials. */
function isSame(registrar: Registrar, backend: Backend, fields: BackendFields): boolean {
  const { provider, region, apiurl, roleArn, profile } = backend;
  const given = [fields.provider, fields.region, fields.apiurl, fields.role_arn, fields.profile];
  if ([provider, region, apiurl, roleArn, profile].some((value, at) => value !== (given[at] ?? null))) return false;
  return readSecrets(registrar.catalogue, backend.id, registrar.box).apikey === (fields.apikey ?? null);
}
