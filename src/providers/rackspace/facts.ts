import type { CloudFacts } from "../cloud-facts.ts";
import { openstackFacts } from "../openstack/facts.ts";

export const rackspaceFacts: CloudFacts = { ...openstackFacts, searched: ["os_type"] };
