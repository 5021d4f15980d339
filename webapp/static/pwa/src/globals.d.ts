/** What the build writes into the bundles. */
declare const __BUILD__: string;
declare const __SHELL__: { js: string; css: string };
declare const __PRECACHE__: string[];
