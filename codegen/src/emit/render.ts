import Handlebars from "handlebars";

/**
 * Fills a template, into which `partials` go by name. Text is taken as it is, and a name the view
 * lacks is an error. A helper's argument that is missing goes unnoticed by Handlebars;
 * test/ts/generator-templates.test.ts finds it.
 */
export function render<View extends object>(
  template: string,
  view: View,
  partials: Readonly<Record<string, string>> = {},
): string {
  const handlebars = Handlebars.create();
  handlebars.registerPartial({ ...partials });
  return handlebars.compile<View>(template, { noEscape: true, strict: true })(view);
}
