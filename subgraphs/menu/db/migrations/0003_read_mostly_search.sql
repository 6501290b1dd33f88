-- Changed in place, so that no search waits for indexes to be built anew.
ALTER INDEX "menu_items_name_trigrams" SET (fastupdate = off);--> statement-breakpoint
ALTER INDEX "menu_items_words" SET (fastupdate = off);--> statement-breakpoint
ALTER INDEX "restaurants_trigrams" SET (fastupdate = off);--> statement-breakpoint
ALTER INDEX "restaurants_words" SET (fastupdate = off);--> statement-breakpoint
SELECT gin_clean_pending_list("name"::regclass)
  FROM unnest(ARRAY['menu_items_name_trigrams', 'menu_items_words', 'restaurants_trigrams', 'restaurants_words']) AS "name";
