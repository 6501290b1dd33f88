CREATE EXTENSION IF NOT EXISTS pg_trgm;
--> statement-breakpoint
-- Text that a restaurant is found by. Immutable, which array_to_string is not marked to be, so that indexes can rest on it.
CREATE FUNCTION restaurant_text(name text, cuisines text[]) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN name || ' ' || array_to_string(cuisines, ' ');
