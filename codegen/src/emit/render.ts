import Handlebars from "handlebars";

/**
 * Fills a template. Text is taken as it is, and a name the view lacks is an error. A helper's
 * argument that is missing goes unnoticed by Handlebars; test/ts/generator-templates.test.ts finds it.
 */
export function render<View extends object>(template: string, view: View): string {
  return Handlebars.create().compile<View>(template, { noEscape: true, strict: true })(view);
}
