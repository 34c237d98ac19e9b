/** The part of Logto's SDK that is used here, in a module of its own, so that a bundle holds no more of it when it is loaded late. */
export { PersistKey, Prompt, StandardLogtoClient } from "@logto/node";
