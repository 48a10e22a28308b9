/** The mark: a watchtower whose lamp is lit. Same drawing as public/favicon.svg. */
export const logoSource = `${import.meta.env.BASE_URL}favicon.svg`;

export function Logo({ size = 40 }: { size?: number }) {
  return <img src={logoSource} width={size} height={size} alt="" />;
}
