"""What `bench` measures, each part in an office of its own that is gone afterwards. Nobody in it is real."""
