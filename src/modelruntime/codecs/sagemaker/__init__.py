"""Amazon SageMaker: endpoints of a user's own, whose containers speak what `profile.container` says."""
