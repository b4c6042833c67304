CREATE TABLE "absent_images" (
	"source_id" bigint NOT NULL,
	"image_id" text NOT NULL,
	CONSTRAINT "absent_images_source_id_image_id_pk" PRIMARY KEY("source_id","image_id")
);
--> statement-breakpoint
CREATE TABLE "access_tokens" (
	"id" text PRIMARY KEY NOT NULL,
	"hash" text NOT NULL,
	"scope" text NOT NULL,
	"backends" text,
	"created_at" text NOT NULL,
	"expires_at" text,
	"last_used_at" text,
	CONSTRAINT "access_tokens_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
CREATE TABLE "accounts" (
	"credentials" text PRIMARY KEY NOT NULL,
	"account" text NOT NULL,
	"proven_at" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "asked_terms" (
	"source_id" bigint NOT NULL,
	"term" text NOT NULL,
	"asked_at" text NOT NULL,
	"found" bigint,
	CONSTRAINT "asked_terms_source_id_term_pk" PRIMARY KEY("source_id","term")
);
--> statement-breakpoint
CREATE TABLE "backend_sources" (
	"backend_id" text NOT NULL,
	"source_id" bigint NOT NULL,
	"precedence" integer NOT NULL,
	CONSTRAINT "backend_sources_backend_id_source_id_pk" PRIMARY KEY("backend_id","source_id")
);
--> statement-breakpoint
CREATE TABLE "backends" (
	"id" text PRIMARY KEY NOT NULL,
	"title" text NOT NULL,
	"provider" text NOT NULL,
	"region" text,
	"apiurl" text,
	"tenant_name" text,
	"role_arn" text,
	"external_id" text,
	"profile" text,
	"interface" text,
	"ca_cert" text,
	"sealed_apikey" text,
	"sealed_apisecret" text,
	"enabled" boolean NOT NULL,
	"poll_interval" bigint,
	"created_at" text NOT NULL,
	"changed_at" text,
	"stars_revision" bigint NOT NULL,
	"credentials" text
);
--> statement-breakpoint
CREATE TABLE "counters" (
	"name" text PRIMARY KEY NOT NULL,
	"value" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "feed" (
	"position" bigint PRIMARY KEY NOT NULL,
	"token" uuid NOT NULL,
	"kind" text NOT NULL,
	"about" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "held_views" (
	"backend_id" text NOT NULL,
	"source_id" bigint NOT NULL,
	"hidden_at" text NOT NULL,
	CONSTRAINT "held_views_backend_id_source_id_pk" PRIMARY KEY("backend_id","source_id")
);
--> statement-breakpoint
CREATE TABLE "image_changes" (
	"id" bigint PRIMARY KEY NOT NULL,
	"source_id" bigint NOT NULL,
	"run_id" bigint NOT NULL,
	"at" text NOT NULL,
	"image_id" text NOT NULL,
	"kind" text NOT NULL,
	"fields" text
);
--> statement-breakpoint
CREATE TABLE "images" (
	"source_id" bigint NOT NULL,
	"image_id" text NOT NULL,
	"part" text,
	"name" text NOT NULL,
	"folded_name" text NOT NULL,
	"description" text,
	"owner_id" text,
	"owner_alias" text,
	"publisher" text,
	"trust" text NOT NULL,
	"platform" text,
	"architecture" text,
	"root_device_type" text,
	"visibility" text NOT NULL,
	"created_at" text,
	"deprecated_at" text,
	"os" text,
	"os_version" text,
	"os_codename" text,
	"state" text NOT NULL,
	"hidden" boolean NOT NULL,
	"virtualization_type" text,
	"line" text,
	"family_name" text NOT NULL,
	"keywords" text NOT NULL,
	"extra" text NOT NULL,
	"digest" text NOT NULL,
	"first_seen" text NOT NULL,
	"last_seen" text,
	"retired_at" text,
	"revision" bigint NOT NULL,
	"facts_format" integer NOT NULL,
	CONSTRAINT "images_source_id_image_id_pk" PRIMARY KEY("source_id","image_id")
);
--> statement-breakpoint
CREATE TABLE "leases" (
	"name" text PRIMARY KEY NOT NULL,
	"holder" uuid NOT NULL,
	"until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "runs" (
	"id" bigint PRIMARY KEY NOT NULL,
	"source_id" bigint NOT NULL,
	"state" text NOT NULL,
	"kind" text NOT NULL,
	"started_at" text NOT NULL,
	"finished_at" text,
	"listed" bigint NOT NULL,
	"added" bigint NOT NULL,
	"changed" bigint NOT NULL,
	"retired" bigint NOT NULL,
	"returned" bigint NOT NULL,
	"rejected" bigint NOT NULL,
	"upstream_calls" bigint NOT NULL,
	"code" text,
	"error" text,
	"warning" text
);
--> statement-breakpoint
CREATE TABLE "source_parts" (
	"source_id" bigint NOT NULL,
	"part" text NOT NULL,
	"listed_at" text,
	"code" text,
	"error" text,
	CONSTRAINT "source_parts_source_id_part_pk" PRIMARY KEY("source_id","part")
);
--> statement-breakpoint
CREATE TABLE "sources" (
	"id" bigint PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"provider" text NOT NULL,
	"scope" text NOT NULL,
	"place" text NOT NULL,
	"account" text,
	"shrunk_listings" bigint NOT NULL,
	"shrunk_since" text,
	"revision" bigint NOT NULL,
	"image_count" bigint NOT NULL,
	"synced_at" text,
	"probed_at" text,
	"changed_at" text,
	CONSTRAINT "sources_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "stars" (
	"backend_id" text NOT NULL,
	"image_id" text NOT NULL,
	"starred_at" text NOT NULL,
	CONSTRAINT "stars_backend_id_image_id_pk" PRIMARY KEY("backend_id","image_id")
);
--> statement-breakpoint
CREATE TABLE "state" (
	"one" integer PRIMARY KEY NOT NULL,
	"record" uuid NOT NULL,
	"position" bigint NOT NULL,
	"token" uuid NOT NULL,
	"format" bigint NOT NULL,
	"key_check" text
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"id" bigint PRIMARY KEY NOT NULL,
	"webhook_id" text NOT NULL,
	"message_id" text NOT NULL,
	"type" text NOT NULL,
	"state" text NOT NULL,
	"run_id" bigint,
	"after_change" bigint,
	"until_change" bigint,
	"changes" bigint NOT NULL,
	"body" text,
	"attempts" bigint NOT NULL,
	"created_at" text NOT NULL,
	"last_try_at" text,
	"next_try_at" text,
	"last_status" integer,
	"last_error" text
);
--> statement-breakpoint
CREATE TABLE "webhooks" (
	"id" text PRIMARY KEY NOT NULL,
	"backend_id" text NOT NULL,
	"url" text NOT NULL,
	"sealed_secret" text NOT NULL,
	"search" text NOT NULL,
	"kinds" text NOT NULL,
	"created_at" text NOT NULL,
	"cursor" bigint NOT NULL,
	"failing_since" text,
	"last_error" text,
	"disabled_at" text
);
--> statement-breakpoint
ALTER TABLE "absent_images" ADD CONSTRAINT "absent_images_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "asked_terms" ADD CONSTRAINT "asked_terms_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "backend_sources" ADD CONSTRAINT "backend_sources_backend_id_backends_id_fk" FOREIGN KEY ("backend_id") REFERENCES "public"."backends"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "backend_sources" ADD CONSTRAINT "backend_sources_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "held_views" ADD CONSTRAINT "held_views_backend_id_backends_id_fk" FOREIGN KEY ("backend_id") REFERENCES "public"."backends"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "held_views" ADD CONSTRAINT "held_views_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "image_changes" ADD CONSTRAINT "image_changes_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "images" ADD CONSTRAINT "images_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "source_parts" ADD CONSTRAINT "source_parts_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stars" ADD CONSTRAINT "stars_backend_id_backends_id_fk" FOREIGN KEY ("backend_id") REFERENCES "public"."backends"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_webhook_id_webhooks_id_fk" FOREIGN KEY ("webhook_id") REFERENCES "public"."webhooks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhooks" ADD CONSTRAINT "webhooks_backend_id_backends_id_fk" FOREIGN KEY ("backend_id") REFERENCES "public"."backends"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "image_changes_by_source" ON "image_changes" USING btree ("source_id");--> statement-breakpoint
CREATE INDEX "image_changes_by_time" ON "image_changes" USING btree ("at");--> statement-breakpoint
CREATE INDEX "images_by_revision" ON "images" USING btree ("source_id","revision");--> statement-breakpoint
CREATE INDEX "runs_by_source" ON "runs" USING btree ("source_id");