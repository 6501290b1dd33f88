-- Not validated over what is there: rows from before keep what they have, and no table is read under a lock.
ALTER TABLE "restaurants" ADD COLUMN "country" text;--> statement-breakpoint
UPDATE "restaurants" SET "country" = 'ID' WHERE "time_zone" IN ('Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura', 'Asia/Pontianak');--> statement-breakpoint
UPDATE "restaurants" SET "currency" = upper("currency") WHERE "currency" <> upper("currency");--> statement-breakpoint
ALTER TABLE "restaurants" ADD CONSTRAINT "restaurants_currency" CHECK ("restaurants"."currency" in ('AUD', 'BHD', 'BRL', 'CAD', 'CHF', 'CNY', 'EUR', 'GBP', 'HKD', 'IDR', 'INR', 'JOD', 'JPY', 'KRW', 'KWD', 'MXN', 'MYR', 'NZD', 'OMR', 'PHP', 'SEK', 'SGD', 'THB', 'TND', 'TRY', 'TWD', 'USD', 'VND')) NOT VALID;--> statement-breakpoint
ALTER TABLE "restaurants" ADD CONSTRAINT "restaurants_country" CHECK ("restaurants"."country" ~ '^[A-Z]{2}$') NOT VALID;
