"""What every room stands on: recipe, errors, home, files, fingerprints, progress, machine."""
