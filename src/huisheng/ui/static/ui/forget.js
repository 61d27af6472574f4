// Whoever is not signed in finds nothing that was kept on this device for reading without network.
"use strict";
if (window.caches) caches.keys().then((names) => names.filter((name) => name.startsWith("kept-")).forEach((name) => caches.delete(name)));
