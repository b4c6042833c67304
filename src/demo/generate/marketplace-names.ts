import type { BuildSeries } from "./build-series.ts";

/*
 * What the marketplace sells: dated builds of packaged applications, and vendors' appliances.
 */

/** The account that holds the marketplace's copies of sellers' images. */
export const MARKETPLACE = "679593333241";
const BITNAMI = "979382823631";

const APPLICATIONS = (
  "wordpress wordpresspro wordpress-multisite lampstack lappstack lemp nodejs nginxstack mongodb mysql postgresql " +
  "mariadb redis redmine gitlab jenkins drupal joomla magento moodle prestashop opencart odoo ghost discourse mediawiki " +
  "owncloud nextcloud tomcatstack rubystack djangostack rabbitmq kafka cassandra elasticsearch elk neo4j etcd grafana " +
  "prometheus zookeeper spark hadoop airflow keycloak matomo mautic suitecrm sugarcrm phpbb mantis testlink subversion " +
  "review-board tracks parse-server mean activemq memcached hhvm haproxy solr couchdb influxdb kong consul nats jupyter"
).split(" ");

/** Bitnami's builds: the older ones as the marketplace's copies, the newer ones of its own account. */
export const BITNAMI_SERIES: readonly BuildSeries[] = [
  {
    owner: MARKETPLACE,
    alias: "aws-marketplace",
    name: "bitnami-{variant}-{semver}-{relisted}-linux-debian-{version}-{arch}-hvm-ebs-{product}-ami-{ami}.4",
    releases: [
      { version: "9", from: "2018-03", to: "2020-06" },
      { version: "10", from: "2020-03", to: "2022-09" },
    ],
    variants: APPLICATIONS,
    architectures: ["x86_64"],
    pace: 40,
    storage: "xvda",
    size: 10,
  },
  {
    owner: BITNAMI,
    name: "bitnami-{variant}-{semver}-r{revision}-linux-debian-{version}-{arch}-hvm-ebs-nami",
    releases: [
      { version: "11", from: "2022-06", to: "2024-03" },
      { version: "12", from: "2024-01", to: "2028-01" },
    ],
    variants: APPLICATIONS,
    architectures: ["x86_64"],
    pace: 50,
    storage: "xvda",
    size: 10,
    deprecatedAfterDays: 730,
  },
];

export const VENDORS = (
  "PaloAlto Fortinet CheckPoint Cisco F5 Barracuda Sophos Juniper NetApp SAP OpenVPN Zscaler TrendMicro Cloudera " +
  "Databricks Splunk Aviatrix VyOS Netgate pfSense Kemp A10 Citrix Veeam Commvault Teradata MicroStrategy Tableau " +
  "Informatica Talend Matillion Couchbase MapR Kinetica H2O.ai Domino Anaconda CIS Cognosys TechLeader Miri Supported-Images " +
  "ProComputers Frontline RoseHosting SolarWinds Lansa NVIDIA Ansys Altair MathWorks Wowza Nucleus ThinkBox Teradici"
).split(" ");

export const PRODUCTS = [
  "FortiGate-VM64-AWS",
  "NGFW Bundle",
  "BIG-IP Best",
  "Virtual Firewall",
  "VPN Gateway",
  "CloudGuard IaaS",
  "Secure Web Gateway",
  "Load Balancer VLM",
  "Hardened Ubuntu 22.04 LTS",
  "CIS Amazon Linux 2 Benchmark Level 1",
  "CIS Microsoft Windows Server 2019 Benchmark",
  "Backup and Replication",
  "Data Warehouse",
  "Analytics Workbench",
  "Media Server",
  "GPU Workstation",
  "HANA Express",
  "LAMP on AlmaLinux 9",
  "Docker on Rocky Linux 9",
  "Kubernetes on Debian 12",
  "PostgreSQL 15 on Ubuntu",
  "WordPress on CentOS 7",
  "Remote Desktop",
  "License Server",
  "Identity Broker",
  "SIEM Collector",
  "Log Forwarder",
  "Container Registry",
  "Message Broker",
  "Object Storage Gateway",
] as const;

export const EDITIONS = [
  "",
  " BYOL",
  " PAYG",
  " Enterprise",
  " Standard",
  " for Windows 2022",
  " Premium",
  " HA",
] as const;
