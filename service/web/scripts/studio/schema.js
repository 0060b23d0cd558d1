// What a JSON Schema of ours says of a place: the keys it may have, the values, whether an expression stands there.

// Every schema that fits the path; several where a value may be of several shapes.
export function schemasAt(root, path) {
  let found = alternatives(root);
  for (const step of path) {
    found = found.flatMap((schema) => {
      if (step === "[]") return Array.isArray(schema.items) ? schema.items : schema.items ? [schema.items] : [];
      if (schema.properties && Object.hasOwn(schema.properties, step)) return [schema.properties[step]];
      return typeof schema.additionalProperties === "object" ? [schema.additionalProperties] : [];
    }).flatMap(alternatives);
  }
  return found;
}

function alternatives(schema) {
  const several = schema.anyOf ?? schema.oneOf;
  return several ? several.flatMap((each) => alternatives({ description: schema.description, ...each })) : [schema];
}

export function keysAt(root, path) {
  return schemasAt(root, path).flatMap((schema) => Object.entries(schema.properties ?? {}));
}

export function valuesAt(root, path) {
  return schemasAt(root, path).flatMap((schema) => schema.enum ?? (schema.type === "boolean" ? ["true", "false"] : []));
}

// Our expressions are the one place where a text, a truth or a number may stand.
export function isExpression(root, path) {
  return schemasAt(root, path).some((schema) => Array.isArray(schema.type) && schema.type.includes("number") && schema.type.includes("string"));
}

// The description in the page's language: Chinese, an empty line, English.
export function described(schema) {
  const [zh, en] = (schema?.description ?? "").split("\n\n");
  return document.documentElement.lang.startsWith("zh") ? zh : en ?? zh;
}
