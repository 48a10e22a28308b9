/** Command-line spelling of an API name: securityProfileName → security-profile-name. */
export function kebab(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
}

/** The name at the end of an ARN: …:thinggroup/cameras → cameras. */
export function nameOfArn(arn: string): string {
  return arn.slice(arn.indexOf('/') + 1);
}

/** Words of an enum's value: TRUE_POSITIVE → True positive, in-alarm → In alarm. */
export function sentence(value: string): string {
  const words = value.replaceAll(/[_-]/g, ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
