/**
 * Returns the paths of the packages that package-lock.json names and that node_modules lacks, or has in another version.
 * `installed` is what npm writes below node_modules at the end of an install. What is optional is for other platforms.
 */
export function missingPackages(wanted, installed, { withDev, isOnDisk }) {
  return Object.entries(wanted)
    .filter(([path, { optional }]) => path.startsWith('node_modules/') && !optional)
    .filter(([, { dev, devOptional }]) => withDev || !(dev || devOptional))
    .filter(([path, { version }]) => installed[path]?.version !== version || !isOnDisk(path))
    .map(([path]) => path)
}
