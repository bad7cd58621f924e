// Shows the description of this deployment. Nothing is asked of another host: no validator's badge, no
// fonts. A key that the reader types in stays in this page and is gone when it is closed.
window.SwaggerUIBundle({
  url: "/openapi.json",
  domNode: document.querySelector("#api"),
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  persistAuthorization: false,
  requestSnippetsEnabled: false,
  validatorUrl: null,
});
