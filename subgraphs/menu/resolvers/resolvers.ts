/** Every resolver of the menu, by type. */
import type { Resolvers } from "../generated/resolvers.ts";
import { addFavourite } from "./add-favourite.ts";
import { closeRestaurantPermanently } from "./close-restaurant-permanently.ts";
import { createMenuItem } from "./create-menu-item.ts";
import { createModifierGroup } from "./create-modifier-group.ts";
import { createRestaurant } from "./create-restaurant.ts";
import { deleteMenuItem } from "./delete-menu-item.ts";
import { deleteModifierGroup } from "./delete-modifier-group.ts";
import { reinstateRestaurant } from "./reinstate-restaurant.ts";
import { removeFavourite } from "./remove-favourite.ts";
import { reserveStock } from "./reserve-stock.ts";
import { reviewOrder } from "./review-order.ts";
import { setItemAvailability } from "./set-item-availability.ts";
import { setOpeningHours } from "./set-opening-hours.ts";
import { setStock } from "./set-stock.ts";
import { suspendRestaurant } from "./suspend-restaurant.ts";
import { updateMenuItem } from "./update-menu-item.ts";
import { updateModifierGroup } from "./update-modifier-group.ts";
import { updateRestaurant } from "./update-restaurant.ts";
import { menuItem, modifier, modifierGroup } from "./menu-item.ts";
import { query } from "./query.ts";
import { restaurant } from "./restaurant.ts";
import { order, review, user } from "./review.ts";

/** The resolver map that the contract in schema.graphql asks for. */
export const resolvers: Resolvers = {
  Query: query,
  Mutation: {
    createRestaurant,
    suspendRestaurant,
    reinstateRestaurant,
    closeRestaurantPermanently,
    updateRestaurant,
    setOpeningHours,
    createMenuItem,
    updateMenuItem,
    deleteMenuItem,
    setItemAvailability,
    setStock,
    createModifierGroup,
    updateModifierGroup,
    deleteModifierGroup,
    reviewOrder,
    addFavourite,
    removeFavourite,
    reserveStock,
  },
  Restaurant: restaurant,
  MenuItem: menuItem,
  ModifierGroup: modifierGroup,
  Modifier: modifier,
  Review: review,
  User: user,
  Order: order,
};
